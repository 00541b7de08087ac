##! Has all logs written as JSON.

redef LogAscii::use_json = T;
